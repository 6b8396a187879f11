"""Android panels over ADB: restart only, and only where somebody has set it up."""
