"""SQLAlchemy's metadata and Alembic's scripts say after a carve what they said before."""

from tests.carving import carved, run

# A stand-in that keeps what a metadata keeps: which class declares which table, and what refers to it.
LIBRARY = """
--- orm.py
tables = {}
class Base:
    def __init_subclass__(cls):
        tables[cls.__tablename__] = (cls.__name__, dict(cls.columns))
"""
SHOP = """
--- shop/__init__.py
--- shop/db/__init__.py
--- shop/db/alembic.ini
[alembic]
script_location = shop/db/alembic
--- shop/db/alembic/script.py.mako
--- shop/db/alembic/env.py
import orm
from shop.db import models
from shop.orders import models as orders
target = orm.tables
--- shop/db/alembic/versions/a1_first.py
import shop.orders.models
down_revision = None
--- shop/db/models.py
from orm import Base
class User(Base):
    __tablename__ = "user"
    columns = {"orders": "shop.orders.models.Order"}
--- shop/orders/__init__.py
--- shop/orders/models.py
from orm import Base
from shop.db.models import User
class Order(Base):
    __tablename__ = "order"
    columns = {"user_id": "user.id", "user": "User"}
--- shop/web.py
from shop.orders.models import Order
--- main.py
import shop.web, shop.db.alembic.env as env
print(sorted((table, name) for table, (name, _) in env.target.items()))
"""
ORDERS = "shop.orders shop.orders.models"


def test_the_metadata_holds_the_same_tables() -> None:
    before = run(carved(LIBRARY + SHOP, "shop.web", face=False)[0])
    files, carving = carved(LIBRARY + SHOP, ORDERS)
    assert run(files) == before == "[('order', 'Order'), ('user', 'User')]\n"
    assert not carving.unfollowed


def test_a_model_keeps_its_table_and_its_keys_and_what_names_it_by_module_follows() -> None:
    files, _ = carved(LIBRARY + SHOP, ORDERS)
    assert (
        '__tablename__ = "order"\n    columns = {"user_id": "user.id", "user": "User"}' in files["shop/sales/models.py"]
    )
    assert '"shop.sales.models.Order"' in files["shop/db/models.py"]


def test_alembics_scripts_stay_a_chain_and_reach_the_moved_models() -> None:
    files, _ = carved(LIBRARY + SHOP, ORDERS)
    assert "from shop.sales.api import models as orders\n" in files["shop/db/alembic/env.py"]
    version = files["shop/db/alembic/versions/a1_first.py"]
    assert version == "from shop.sales.api import models\ndown_revision = None\n"


def test_a_package_that_moves_takes_its_scripts_along_and_the_configuration_finds_them() -> None:
    names = "shop.db shop.db.models shop.db.alembic.env shop.db.alembic.versions.a1_first"
    files, _ = carved(LIBRARY + SHOP, names, "store")
    assert files["shop/store/alembic.ini"] == "[alembic]\nscript_location = shop/store/alembic\n"
    assert "from shop.store import models\n" in files["shop/store/alembic/env.py"]
