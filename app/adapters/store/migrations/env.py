"""What Alembic runs: the migrations on the connection that it is given, in one transaction."""

from alembic import context

from app.adapters.store.mails.schema import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True)
context.run_migrations()
