from decompose.cluster.naming import name_groups, parts_of_others


def test_a_name_is_what_a_group_has_and_others_lack():
    groups = [["p.api.orders", "p.db.orders", "p.orders.rules"], ["p.api.users", "p.db.users"]]
    assert name_groups(groups) == ("orders", "users")


def test_names_are_unique_and_never_empty():
    groups = [["a1"], ["p.x"], ["q.x"], ["x"]]
    assert len({*name_groups(groups)} - {""}) == 4


def test_an_earlier_name_stays_with_the_majority():
    assert (
        name_groups([["p.x.a", "p.x.b"], ["p.y.a"]], (), {"shop": frozenset({"p.x.a", "p.x.b", "p.x.gone"})})[0]
        == "shop"
    )


def test_words_of_any_language():
    assert name_groups([["магазин.заказы.модель", "магазин.заказы.вид"]]) == ("заказы",)


def test_a_package_is_said_with_its_parent_where_its_own_name_stands_elsewhere_too():
    groups = [
        ["shop.dashboard.orders", "shop.dashboard.orders.views", "shop.dashboard.orders.forms"],
        ["shop.orders", "shop.orders.models", "shop.orders.views", "shop.orders.rules", "shop.orders.forms"],
    ]
    assert name_groups(groups) == ("dashboard_orders", "orders")


def test_the_words_of_layers_name_nothing_that_a_package_can_name():
    groups = [
        [f"p.{area}.{layer}" for layer in ("forms", "views", "models", "admin")] + ["p.web.forms", "p.api.forms"]
        for area in ("billing", "stock", "users")
    ]
    assert name_groups(groups) == ("billing", "stock", "users")


def test_whoever_owns_the_tables_has_their_name():
    groups = [["p.dashboard.catalogue.views", "p.dashboard.catalogue.forms"], ["p.cms.models", "p.cms.export"]]
    assert (
        name_groups(groups, [[], [f"catalogue_{table}" for table in ("product", "category", "option", "image")]])[1]
        == "catalogue"
    )


def test_a_word_that_names_tables_is_no_layer_however_many_packages_say_it():
    ticket = [f"p.ticket.{name}" for name in ("flows", "models", "service")]
    jira = [f"p.plugins.jira.{name}" for name in ("client", "plugin", "config", "templates")]
    group = [*ticket, "p.plugins.bases.ticket", "p.plugins.test.ticket", *jira]
    other = [f"p.case.{name}" for name in ("flows", "models", "service")]
    assert name_groups([group, other], [[], ["case"]])[0] != "ticket"
    assert name_groups([group, other], [[], ["case", "case_ticket", "user_ticket"]])[0] != "ticket"
    assert name_groups([group, other], [["ticket"], ["case"]])[0] == "ticket"


def test_a_word_that_few_of_the_members_say_comes_with_the_package_it_stands_in():
    lists = [f"p.compute.{name}_list" for name in ("instance", "migration", "cell")]
    others = ["p.crypto", "p.vtpm", "p.device", "p.objects.device", "p.rest"]
    compute = [f"p.compute.{name}" for name in ("manager", "claims", "stats")]
    assert name_groups([lists + others, compute])[0] == "compute_list"
    assert name_groups([lists + others[:3], compute])[0] == "list"


def test_no_two_names_differ_by_a_plural_alone():
    groups = [["p.apps.offer.a", "p.apps.offer.b", "p.apps.offer.c"], ["p.web.offers.a", "p.web.offers.b"]]
    assert name_groups(groups) == ("offer", "web_offers")


def test_what_names_the_domain_of_a_larger_group_and_has_none_of_its_own_is_part_of_it() -> None:
    product = [f"shop.product.{name}" for name in ("offers", "prices", "stock", "views", "tasks", "rules")]
    layer = ["shop.api.product.forms", "shop.product.models", "shop.product.forms"]  # forms are everybody's
    order = [f"shop.order.{name}" for name in ("views", "forms", "cart", "forms.cart")]
    export = ["shop.product.export.csv", "shop.product.export.excel", "shop.product.export.views"]
    groups, tables = [product, layer, order, export], [(), ("product_variant", "product_price"), ("order_line",), ()]
    assert parts_of_others(groups, tables, ["product", "forms_product", "order", "export"]) == {1: 0}
    assert parts_of_others(groups, tables, ["goods", "forms_product", "order", "export"]) == {}


def test_models_that_commands_of_all_domains_use_are_part_of_their_own() -> None:
    order = [f"shop.order.{name}" for name in ("actions", "events", "search", "views")]
    models = [f"shop.order.{name}" for name in ("models", "tasks", "filters")]
    models += [f"shop.core.{name}" for name in ("clear", "filters", "tasks")]
    others = [f"shop.core.{name}.{inner}" for name in ("clear", "filters", "tasks") for inner in ("a", "b", "models")]
    tables = [(), ("order_line", "order_event", "order_refund", "order_order"), ()]
    assert parts_of_others([order, models, others], tables, ["order", "core_clear", "core"]) == {1: 0}


def test_what_is_named_after_a_group_is_part_of_it_even_where_it_is_the_larger() -> None:
    dcim = ["shop.dcim.rack", "shop.dcim.cable", "shop.dcim.site"]
    forms = [f"shop.dcim.forms.{name}" for name in ("bulk", "edit", "filters", "imports")]
    ipam = ["shop.ipam.forms.edit", "shop.ipam.forms.bulk", "shop.ipam.forms.prefix", "shop.ipam.forms.filters"]
    assert parts_of_others([dcim, forms, ipam], [(), (), ()], ["dcim", "dcim_forms", "ipam"]) == {1: 0}


def test_parts_of_one_domain_are_one_also_where_none_has_its_name() -> None:
    web = [f"cloud.api.volume.{name}" for name in ("types", "views", "limits", "views.limits")]
    drivers = [f"cloud.volume.{name}" for name in ("types", "views", "limits", "views.types")]
    other = [
        f"cloud.api.{name}" for name in ("types", "views", "limits", "views.limits", "views.types", "limits.types")
    ]
    groups = [web, drivers, other]
    assert parts_of_others(groups, [(), (), ()], ["api_volume", "netapp", "types"]) == {1: 0}


def test_a_word_that_domains_share_makes_them_no_parts() -> None:
    drivers = [[f"cloud.drivers.{maker}.{name}" for name in ("disk", "host", "net")] for maker in ("ibm", "dell")]
    mixed = [f"cloud.drivers.{name}" for name in ("disk", "host", "net", "fake")]
    assert parts_of_others([*drivers, mixed], [(), (), ()], ["ibm", "dell", "fake"]) == {}


def test_that_a_table_is_one_names_nothing() -> None:
    groups = [["p.mail", "p.models", "p.push"], ["p.client", "p.shell"]]
    owned = [["update_bug_table", "bug_build_table", "update_build_table", "bug_table"]]
    assert name_groups(groups, owned)[0] == "bug"
    assert name_groups([["p.bug", "p.mail"], ["p.client", "p.shell"]], [["bug_table"]])[0] == "bug"


def test_whoever_owns_a_table_has_its_name_though_others_say_it_in_theirs() -> None:
    groups = [
        ["h.models.user", "h.services.user", "h.util.user", "h.models.user_rename", "h.services.user_rename"],
        ["h.models.user_identity", "h.services.user_identity", "h.views.accounts"],
        ["h.models.user_group", "h.models.user_deletion", "h.services.user_deletion"],
    ]
    owned = [["user", "user_rename"], ["user_identity"], ["user_group", "user_deletion"]]
    assert name_groups(groups, owned)[0] == "user"
