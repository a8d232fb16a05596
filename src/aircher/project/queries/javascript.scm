(class_declaration name: (identifier) @name) @class
(program (lexical_declaration (variable_declarator name: (identifier) @name value: (class)) @class))
(method_definition name: (_) @name) @method
(field_definition property: (property_identifier) @name value: [(arrow_function) (function_expression)]) @method
(function_declaration name: (identifier) @name) @function
(generator_function_declaration name: (identifier) @name) @function
(variable_declarator name: (identifier) @name value: [(arrow_function) (function_expression)]) @function
(assignment_expression left: (member_expression property: (property_identifier) @name) right: [(arrow_function) (function_expression)]) @function
(program [(lexical_declaration (variable_declarator name: (identifier) @name) @constant) (variable_declaration (variable_declarator name: (identifier) @name) @constant)])
(program (export_statement (lexical_declaration (variable_declarator name: (identifier) @name) @constant)))
