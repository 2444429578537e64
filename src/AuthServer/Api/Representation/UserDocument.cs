using System.Text.Json.Serialization;
using AuthServer.Users.Administration;

namespace AuthServer.Api.Representation;

/// <summary>A user in JSON.</summary>
public sealed record UserDocument(
    Guid Id, string Email, bool EmailVerified, string? FirstName, string? LastName, DateTime? CreatedAt, DateTime? UpdatedAt,
    bool Disabled, DateTime? DeleteAfter, IReadOnlyList<string> Roles)
{
    /// <summary>What comes back with the code of the mail that was sent to a new address; missing otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MailAccepted? EmailChange { get; init; }

    public static UserDocument Of(UserView user)
    {
        return new(
            user.Id, user.Email, user.EmailVerified, user.FirstName, user.LastName, user.CreatedAt, user.UpdatedAt, user.Disabled,
            user.DeleteAfter, user.Roles);
    }
}

/// <summary>A page of users in JSON.</summary>
public sealed record UserPage(IReadOnlyList<UserDocument> Users);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(UserDocument))]
[JsonSerializable(typeof(UserPage))]
internal sealed partial class UserJson : JsonSerializerContext;
