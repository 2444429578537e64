namespace AuthServer.Ui.Brand;

/// <summary>The fonts that need no file of the operator.</summary>
public enum BrandFont
{
    /// <summary>Figtree, which is served with the pages.</summary>
    Figtree,

    /// <summary>The sans-serif of the system.</summary>
    System,

    Serif,

    Rounded,
}
