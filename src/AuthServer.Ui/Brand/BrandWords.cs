namespace AuthServer.Ui.Brand;

/// <summary>How settings, registrations of apps and addresses write a font or a background: in lower case.</summary>
public static class BrandWords
{
    /// <returns>Null for a word that means none.</returns>
    public static T? Read<T>(string? word) where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (Of(value) == word) return value;
        }

        return null;
    }

    public static string Of<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
