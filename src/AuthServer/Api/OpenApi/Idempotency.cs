namespace AuthServer.Api.OpenApi;

/// <summary>The header that makes a request repeatable, as operations describe it.</summary>
internal static class Idempotency
{
    public static readonly ApiParameter Parameter = new(
        "Idempotency-Key", ApiPlace.Header,
        "1 to 255 visible ASCII characters, another for each request. Within a day the same request with the same key is answered again "
            + "and not carried out again.");
}
