"""The command line: arguments in, exit code out. One file a subcommand, imported only when it is named."""
