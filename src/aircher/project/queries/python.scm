; captures: @name and one of the kinds; @scope gives a container without being a symbol
(class_definition name: (identifier) @name) @class
(function_definition name: (identifier) @name) @function
(module (expression_statement (assignment left: (identifier) @name) @constant))
(module (type_alias_statement left: (type (identifier) @name)) @type)
