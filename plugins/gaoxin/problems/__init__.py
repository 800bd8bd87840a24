"""What inspections, hearings, experts and supervision visits find (问题清单): the list as a workbook, and who may do what.
Pure."""
