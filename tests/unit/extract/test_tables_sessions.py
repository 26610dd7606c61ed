"""SQLAlchemy's sessions that nobody annotates, and relations of which there is one row on either side."""

import pytest

from tests.accesses import found, touched

MODELS = """
    from sqlalchemy import Column, ForeignKey, Integer
    from sqlalchemy.orm import backref, declarative_base, relationship
    Base = declarative_base()
    class User(Base):
        __tablename__ = "users"
        id = Column(Integer, primary_key=True)
        card = relationship("Card", uselist=False, cascade="all, delete-orphan")
    class Card(Base):
        __tablename__ = "cards"
        id = Column(Integer, primary_key=True)
        user_id = Column(ForeignKey("users.id"))
    class Export(Base):
        __tablename__ = "exports"
        id = Column(Integer, primary_key=True)
        user_id = Column(ForeignKey("users.id"))
        user = relationship(User, backref=backref("export", uselist=False, cascade="all, delete-orphan"))
        def drop(self, session):
            session.delete(self)
"""


def test_what_a_session_is_given_makes_no_set_of_it() -> None:
    use = """
        from m import User
        def f(*, session):
            user = User()
            session.add(user)
            session.delete(user)
            session.add(user)
            seen = set()
            seen.add(user)
            print(session.execute(User.__table__.select()))
        """
    seen = touched({"m": MODELS, "use": use})
    assert {f"use:{line} write users" for line in (5, 6, 7)} | {"use:10 read users"} <= seen
    assert "use:9 write users" not in seen


@pytest.mark.parametrize(
    ("line", "there"),
    [
        ("user.export.drop(session)", {"read exports"}),
        ("user.export.id", {"read exports"}),
        ("user.card = None", {"write cards"}),
        (
            "session.delete(user)",
            {"write users", "read cards", "write cards", "read exports", "write exports"},
        ),
    ],
)
def test_a_relation_back_to_one_gives_a_row(line: str, there: set[str]) -> None:
    use = f"from m import User\nfrom sqlalchemy.orm import Session\ndef f(user: User, session: Session):\n    {line}\n"
    seen = touched({"m": MODELS, "use": use})
    assert {one.partition(" ")[2] for one in seen if one.startswith("use:")} == there
    assert ("drop" not in line) or "m:19 write exports" in seen


@pytest.mark.parametrize("opens", ["enginefacade.writer.using(context)", "sessions().begin()", "session.begin()"])
def test_what_opens_a_transaction_gives_its_session(opens: str) -> None:
    use = f"""
        from oslo_db.sqlalchemy import enginefacade
        from sqlalchemy.orm import Session, sessionmaker
        from shop.models import User
        sessions = sessionmaker()
        def f(context, session: Session):
            with {opens} as mine:
                mine.add(User())
    """
    told = found({"shop.models": MODELS, "app": use})
    assert [(one.kind, [str(table) for table in one.writes]) for one in told.transactions] == [("session", ["users"])]
