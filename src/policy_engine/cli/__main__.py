"""``python -m policy_engine.cli``: the command without the script."""

from policy_engine.cli.main import main

main()
