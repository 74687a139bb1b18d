"""What a backup is changed by when it takes the place of the site."""

from django.contrib.sessions.models import Session

from chat.models.site import Site, new_epoch


def closing_statements(*, sign_out: bool) -> list[str]:
    """SQL for the transaction that restores, so that nobody ever sees the old state under the old epoch.

    They make what clients hold of before incomparable: they load everything afresh. Before the migrations, so they
    must fit the tables of every version.

    Args:
        sign_out: end everybody's sessions as well. Those that ended after the backup was made live in it again.
    """
    statements = [f"UPDATE {Site._meta.db_table} SET epoch = '{new_epoch()}'"]  # noqa: S608  # it is hexadecimal
    if sign_out:
        statements.append(f"DELETE FROM {Session._meta.db_table}")  # noqa: S608
    return statements
