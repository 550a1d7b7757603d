from grappe.web.desk import calendars, charges, cluster, firms, imports, needs, outcomes, pools, today

app_name = "desk"
urlpatterns = [
    *today.urlpatterns,
    *firms.urlpatterns,
    *imports.urlpatterns,
    *needs.urlpatterns,
    *pools.urlpatterns,
    *calendars.urlpatterns,
    *charges.urlpatterns,
    *outcomes.urlpatterns,
    *cluster.urlpatterns,
]
