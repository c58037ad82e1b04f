"""Meta's Graph API: Facebook Pages and Instagram's official side, over graph.facebook.com and graph.instagram.com."""
