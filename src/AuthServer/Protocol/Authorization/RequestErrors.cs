namespace AuthServer.Protocol.Authorization;

/// <summary>Errors of RFC 9101 section 7 that OpenIddict has no name for.</summary>
public static class RequestErrors
{
    public const string InvalidRequestUri = "invalid_request_uri";
    public const string InvalidRequestObject = "invalid_request_object";
}
