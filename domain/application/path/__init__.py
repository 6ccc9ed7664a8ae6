"""The path of an application: intake, materials, acceptance, approvals, decision, feedback, evaluation."""
