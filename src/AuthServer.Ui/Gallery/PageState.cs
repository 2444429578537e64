using AuthServer.Ui.Brand;
using AuthServer.Ui.Layout;

namespace AuthServer.Ui.Gallery;

/// <summary>One page in one state.</summary>
/// <param name="Make">The model. Where it has texts they are in the language in which the page is shown, so it is made each time.</param>
public sealed record PageState(string Name, Type Page, Func<object> Make)
{
    public PageState(string name, Type page, object model)
        : this(name, page, () => model)
    {
    }

    public object Model => Make();

    /// <summary>The brand of the server; null: whatever it has.</summary>
    public Branding? Brand { get; init; }

    /// <summary>The look of the app whose request the page belongs to.</summary>
    public AppBrand? App { get; init; }

    /// <summary>Whether its script leaves the page at once.</summary>
    public bool GoesOn { get; init; }
}
