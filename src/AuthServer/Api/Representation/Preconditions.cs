using AuthServer.JsonApi;

namespace AuthServer.Api.Representation;

/// <summary>The refusals about If-Match (RFC 9110 section 13.1.1, RFC 6585 section 3).</summary>
internal static class Preconditions
{
    public static Problem Required() => new(
        StatusCodes.Status428PreconditionRequired, "precondition-required", "Send If-Match with the ETag that you have read.");

    public static Problem Failed() => new(
        StatusCodes.Status412PreconditionFailed, "precondition-failed",
        "The account has changed since. Read it again, then send the change with the new ETag.");
}
