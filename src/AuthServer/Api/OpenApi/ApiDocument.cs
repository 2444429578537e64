using System.Globalization;
using AuthServer.Configuration;
using AuthServer.JsonApi;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;

namespace AuthServer.Api.OpenApi;

/// <summary>Writes the OpenAPI document from the descriptions of the operations.</summary>
internal sealed class ApiDocument(IEnumerable<ApiOperation> operations, IssuerOptions issuer, string brand) : IOpenApiDocumentTransformer
{
    private const string Json = "application/json";
    public const string SchemeId = "bearer";

    // What every operation can answer.
    private static readonly int[] Everywhere = [StatusCodes.Status429TooManyRequests, StatusCodes.Status503ServiceUnavailable];
    private static readonly int[] WithBody = [StatusCodes.Status400BadRequest, StatusCodes.Status415UnsupportedMediaType];
    private static readonly int[] WithToken = [StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden];

    // Of every answer, whatever it says.
    private static readonly string[] Budget = [ApiHeaders.RateLimit, ApiHeaders.RateLimitPolicy];

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = brand,
            Version = "1",
            Description = "Accounts and sessions for first-party apps and admins. Errors are problem+json (RFC 9457). "
                + "Unknown members and parameters are refused.",
        };
        document.Servers = [new OpenApiServer { Url = issuer.IssuerText }];
        document.Components ??= new OpenApiComponents();
        document.Components.Schemas = ApiSchemas.All(document).ToDictionary(s => s.Name, IOpenApiSchema (s) => s.Schema);
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [SchemeId] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                BearerFormat = "JWT",
                Description =
                    $"An access token whose only audience is `{issuer.ApiAudience}`: from login, or from the authorization code flow.",
            },
        };
        document.Tags = operations.Select(o => o.Tag).Distinct().Select(tag => new OpenApiTag { Name = tag }).ToHashSet();
        document.Paths = [];
        foreach (var path in operations.GroupBy(o => o.Path))
        {
            var item = new OpenApiPathItem();
            foreach (var operation in path) item.AddOperation(operation.Method, Describe(operation, document));
            document.Paths[path.Key] = item;
        }

        return Task.CompletedTask;
    }

    private static OpenApiOperation Describe(ApiOperation operation, OpenApiDocument document)
    {
        var scopes = operation.Scopes is { Count: > 0 } needed
            ? $"Needs the scope {string.Join(" or ", needed.Select(s => $"`{s}`"))}."
            : null;
        return new OpenApiOperation
        {
            OperationId = operation.Id,
            Summary = operation.Summary,
            Description = string.Join("\n\n", new[] { operation.Description, scopes }.Where(t => t is not null)) is { Length: > 0 } text
                ? text
                : null,
            Tags = new HashSet<OpenApiTagReference> { new(operation.Tag, document) },
            Parameters =
            [
                .. operation.Parameters.Concat(operation.TakesProof ? [RequestHeaders.Proof] : []).Select(Describe),
            ],
            RequestBody = operation.Body is null
                ? null
                : new OpenApiRequestBody
                {
                    Required = !operation.BodyOptional,
                    Content = Content(operation.BodyTypes, operation.Body, document, operation.OtherBody),
                },
            Responses = Responses(operation, document),
            Security = Security(operation, document),
        };
    }

    private static List<OpenApiSecurityRequirement>? Security(ApiOperation operation, OpenApiDocument document)
    {
        var bearer = new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(SchemeId, document)] = [] };
        return operation.Scopes is not null ? [bearer] : operation.TokenOptional ? [bearer, []] : null;
    }

    private static OpenApiParameter Describe(ApiParameter parameter) => new()
    {
        Name = parameter.Name,
        In = parameter.Place switch { ApiPlace.Path => ParameterLocation.Path, ApiPlace.Query => ParameterLocation.Query,
            _ => ParameterLocation.Header },
        Description = parameter.Description,
        Required = parameter.Required,
        Schema = parameter.Number is var (least, most, usual) ? ApiSchemas.Number(least, most, usual)
            : parameter.Values is { } values ? ApiSchemas.OneOf(values) : ApiSchemas.Text(parameter.Format),
    };

    private static OpenApiResponses Responses(ApiOperation operation, OpenApiDocument document)
    {
        var responses = new OpenApiResponses();
        foreach (var response in operation.Responses)
        {
            responses[Code(response.Status)] = new OpenApiResponse
            {
                Description = response.Description,
                Headers = Headers([.. response.Headers, .. NonceOf(operation), .. Budget]),
                Content = response.File is { } file ? File(file)
                    : response.Schema is null ? null : Content([Json], response.Schema, document),
            };
        }

        var problems = operation.Problems.Concat(Everywhere).Concat(operation.Body is null ? [] : WithBody)
            .Concat(operation.Scopes is null ? [] : WithToken);
        foreach (var status in problems.Distinct().Order())
        {
            responses[Code(status)] = new OpenApiResponse
            {
                Description = ReasonPhrases.GetReasonPhrase(status),
                Headers = Headers([.. HeadersOf(status, operation), .. Budget]),
                Content = Content([Problem.MediaType], "Problem", document),
            };
        }

        return responses;
    }

    private static string[] HeadersOf(int status, ApiOperation operation) => status switch
    {
        StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden =>
            [ApiHeaders.Challenge, .. NonceOf(operation)],
        StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable => [ApiHeaders.RetryAfter],
        StatusCodes.Status415UnsupportedMediaType when operation.Method == HttpMethod.Patch => [ApiHeaders.AcceptPatch],
        _ => [],
    };

    private static string[] NonceOf(ApiOperation operation) => operation.TakesProof ? [ApiHeaders.Nonce] : [];

    private static Dictionary<string, IOpenApiHeader> Headers(string[] names) => names.ToDictionary(
        name =>
            name, IOpenApiHeader (name) => new OpenApiHeader { Description = ApiHeaders.Descriptions[name], Schema = ApiSchemas.Text() });

    private static Dictionary<string, OpenApiMediaType> Content(
        IReadOnlyList<string> mediaTypes, string schema, OpenApiDocument document, string? other = null) =>
        mediaTypes.ToDictionary(type => type, _ => new OpenApiMediaType
        {
            Schema = other is null
                ? new OpenApiSchemaReference(schema, document)
                : new OpenApiSchema { OneOf = [new OpenApiSchemaReference(schema, document), new OpenApiSchemaReference(other, document)] },
        });

    private static Dictionary<string, OpenApiMediaType> File(string mediaType) => new()
    {
        [mediaType] = new OpenApiMediaType { Schema = ApiSchemas.Text("binary") },
    };

    private static string Code(int status) => status.ToString(CultureInfo.InvariantCulture);
}
