"""What people look at: charts, the terminal's table, the report page. Imported only when something is shown."""
