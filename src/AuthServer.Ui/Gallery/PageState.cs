using AuthServer.Ui.Brand;
using AuthServer.Ui.Layout;

namespace AuthServer.Ui.Gallery;

/// <summary>One page in one state.</summary>
public sealed record PageState(string Name, Type Page, object Model)
{
    /// <summary>The brand of the server; null: whatever it has.</summary>
    public Branding? Brand { get; init; }

    /// <summary>The look of the app whose request the page belongs to.</summary>
    public AppBrand? App { get; init; }

    /// <summary>Whether its script leaves the page at once.</summary>
    public bool GoesOn { get; init; }
}
