"""Where outside systems meet the ports: one system each, its errors turned into ours at the border."""
