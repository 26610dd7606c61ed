from learnhub.permissions.models import PermissionNode, RoleGrant


def descend(node):
    yield node
    for child in PermissionNode.objects.filter(parent=node):
        yield from descend(child)


def effective_codes(user):
    """All codes that the user holds, directly or through a node above."""
    codes = set()
    for grant in RoleGrant.objects.filter(user=user):
        codes.update(node.code for node in descend(grant.node))
    return frozenset(codes)
