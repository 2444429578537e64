namespace AuthServer.IntegrationTests.Attacks.Plain;

/// <summary>One thing that each of the two servers has its own of, such as a code; most texts are the same for both.</summary>
internal sealed record Pair<T>(T Direct, T Library)
{
    public T this[int side] => side == 0 ? Direct : Library;

    public Pair<TOther> Map<TOther>(Func<T, TOther> change) => new(change(Direct), change(Library));

    public static implicit operator Pair<T>(T both) => new(both, both);
}

/// <summary>A client as the requests name it.</summary>
internal sealed record Party(string Id, string? Secret, string RedirectUri, string[] Scopes);

/// <summary>A code or a token that both servers gave out for the same request.</summary>
/// <param name="Verifier">Of a code, with PKCE.</param>
internal sealed record Held(Pair<string> Text, Party Client, string? Verifier = null);
