(class name: (constant) @name) @class
(class name: (scope_resolution name: (constant) @name)) @class
(module name: [(constant) (scope_resolution)] @name) @module
(method name: (_) @name) @method
(singleton_method name: (_) @name) @method
(assignment left: (constant) @name) @constant
