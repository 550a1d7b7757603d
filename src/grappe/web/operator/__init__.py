"""Pages of whoever runs the site for every cluster; what is plain rows is in the admin."""
