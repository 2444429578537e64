namespace AuthServer.Ui.Brand;

/// <summary>What is behind the sheet, where there is no picture.</summary>
public enum BrandBackground
{
    /// <summary>A light in the colour of the brand, from above.</summary>
    Glow,

    Plain,
}
