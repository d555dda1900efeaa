// Swagger UI over this server's own document; nothing is asked of any other host.
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  persistAuthorization: false, // a key does not outlive the page
  tryItOutEnabled: true,
  validatorUrl: null,
});
