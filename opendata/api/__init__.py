"""The open data for programs: read-only answers under ``/api/v1``, in the dashboard's process."""
