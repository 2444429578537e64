using AuthServer.Configuration;
using AuthServer.JsonApi;
using AuthServer.Users.Administration;
using AuthServer.Users.Registration;

namespace AuthServer.Api.Representation;

/// <summary>A user as an answer: the representation, its version as ETag, and for a new account its address.</summary>
public sealed record UserAnswer(int Status, UserView User) : IResult
{
    /// <summary>Path of a new account.</summary>
    public string? Location { get; init; }

    /// <summary>The request was carried out before; nothing happened now.</summary>
    public bool Replayed { get; init; }

    /// <summary>A new address of the account waits for the code of a mail.</summary>
    public MailAccepted? EmailChange { get; init; }

    public static UserAnswer Ok(UserView user) => new(StatusCodes.Status200OK, user);

    public static UserAnswer Created(UserView user) => new(StatusCodes.Status201Created, user) { Location = UserAddress.Of(user.Id) };

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var headers = httpContext.Response.Headers;
        headers.CacheControl = "no-store";
        headers.ETag = EntityTags.Of(User.Version);
        if (Location is not null) headers.Location = httpContext.RequestServices.GetRequiredService<IssuerOptions>().IssuerText + Location;
        if (Replayed) headers["Idempotent-Replayed"] = "true";
        var document = UserDocument.Of(User) with { EmailChange = EmailChange };
        return Results.Json(document, UserJson.Default.UserDocument, statusCode: Status).ExecuteAsync(httpContext);
    }
}
