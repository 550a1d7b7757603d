from grappe.web.desk import (
    absences,
    calendars,
    charges,
    cluster,
    firms,
    hours,
    imports,
    law,
    needs,
    outcomes,
    pools,
    releases,
    surveys,
    today,
)

app_name = "desk"
urlpatterns = [
    *today.urlpatterns,
    *firms.urlpatterns,
    *imports.urlpatterns,
    *needs.urlpatterns,
    *surveys.urlpatterns,
    *pools.urlpatterns,
    *calendars.urlpatterns,
    *releases.urlpatterns,
    *absences.urlpatterns,
    *hours.urlpatterns,
    *charges.urlpatterns,
    *outcomes.urlpatterns,
    *cluster.urlpatterns,
    *law.urlpatterns,
]
