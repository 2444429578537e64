namespace AuthServer.Data.Entities;

/// <summary>The picture that a person has uploaded: a row of <c>profile_pictures</c>.</summary>
public sealed class ProfilePicture
{
    /// <summary>A person has one.</summary>
    public Guid UserId { get; set; }

    /// <summary>Names it in its address: 128 random bits, another one for each upload.</summary>
    public required string Name { get; set; }

    /// <summary>A JPEG that this server has made.</summary>
    public required byte[] Content { get; set; }

    public DateTime CreatedAt { get; set; }
}
