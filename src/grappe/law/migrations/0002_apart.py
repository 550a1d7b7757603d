from django.db import migrations

from grappe.audit.triggers import trigger

# Two values of one rule overlap: each begins before the other ends. Looked at once the row is there, so that it has its id.
OVERLAP = (
    'EXISTS (SELECT 1 FROM law_rulevalue other WHERE other."key" = NEW."key" AND other.id <> NEW.id '
    "AND (NEW.valid_to IS NULL OR other.valid_from < NEW.valid_to) "
    "AND (other.valid_to IS NULL OR NEW.valid_from < other.valid_to))"
)


class Migration(migrations.Migration):
    dependencies = [("law", "0001_initial")]
    operations = [
        *(
            trigger(
                name=f"law_rulevalue_apart_{verb.lower()}",
                table="law_rulevalue",
                when=f"AFTER {verb}",
                refuse_if=OVERLAP,
                message="two values of one rule overlap",
            )
            for verb in ("INSERT", "UPDATE")
        ),
        trigger(
            name="law_rulevalue_no_delete",
            table="law_rulevalue",
            when="BEFORE DELETE",
            refuse_if="1 = 1",
            message="a rule is closed by a later value, never deleted",
        ),
    ]
