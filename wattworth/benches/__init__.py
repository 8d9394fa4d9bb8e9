"""One file per bench: `wattworth bench NAME` is the module of that name here, which declares `app`."""
