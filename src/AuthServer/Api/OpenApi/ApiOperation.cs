namespace AuthServer.Api.OpenApi;

/// <summary>One operation of the JSON API, as its document describes it.</summary>
/// <param name="Id">The operationId, from which client generators make a method's name.</param>
public sealed record ApiOperation(HttpMethod Method, string Path, string Id, string Tag, string Summary)
{
    public string? Description { get; init; }

    /// <summary>The scopes of which one is needed; null for an operation without an access token.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>The operation takes an access token, and does without one.</summary>
    public bool TokenOptional { get; init; }

    /// <summary>The schema of the body; null for none.</summary>
    public string? Body { get; init; }

    /// <summary>The schema that the body may have instead; null for none.</summary>
    public string? OtherBody { get; init; }

    public IReadOnlyList<string> BodyTypes { get; init; } = ["application/json"];

    /// <summary>The operation does without its body.</summary>
    public bool BodyOptional { get; init; }

    public IReadOnlyList<ApiParameter> Parameters { get; init; } = [];

    public required IReadOnlyList<ApiResponse> Responses { get; init; }

    /// <summary>The operation reads a proof of possession: with an access token, or where it gives one out.</summary>
    public bool TakesProof { get => field || Scopes is not null || TokenOptional; init; }

    /// <summary>The problems that it can answer with, beside those of every operation.</summary>
    public IReadOnlyList<int> Problems { get; init; } = [];
}

public enum ApiPlace
{
    Path,
    Query,
    Header,
}

/// <param name="Format">A format of JSON Schema; null for any text.</param>
public sealed record ApiParameter(string Name, ApiPlace Place, string Description, bool Required = false, string? Format = null)
{
    /// <summary>Bounds of a whole number.</summary>
    public (int Least, int Most, int Usual)? Number { get; init; }

    /// <summary>The only values; null where there are others.</summary>
    public IReadOnlyList<string>? Values { get; init; }
}

/// <param name="Schema">The schema of the body; null for none.</param>
/// <param name="Headers">Names of headers that <see cref="ApiHeaders"/> describes.</param>
public sealed record ApiResponse(int Status, string Description, string? Schema = null, params IReadOnlyList<string> Headers)
{
    /// <summary>The media type of a file; null: JSON of the schema, or nothing.</summary>
    public string? File { get; init; }
}
