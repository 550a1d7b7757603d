"""The pages, one sub-room per audience: desk, member, staff, funder, public; and shared, which they all stand on."""
