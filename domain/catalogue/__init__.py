"""The catalogue (事项目录): what can be applied for, with the history of what was asked and promised for it."""
