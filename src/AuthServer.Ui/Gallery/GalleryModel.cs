namespace AuthServer.Ui.Gallery;

/// <summary>The pages and mails that the server has, as links, and how they are to be shown.</summary>
public sealed record GalleryModel
{
    /// <summary>Languages, themes and directions of text; the one that applies is current.</summary>
    public required IReadOnlyList<GalleryGroup> Choices { get; init; }

    public required IReadOnlyList<GalleryGroup> Pages { get; init; }

    public required IReadOnlyList<GalleryLink> Mails { get; init; }
}

public sealed record GalleryGroup(string Name, IReadOnlyList<GalleryLink> Links);

public sealed record GalleryLink(string Name, string Address, bool IsCurrent = false);
