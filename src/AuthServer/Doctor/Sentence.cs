namespace AuthServer.Doctor;

/// <summary>Parts a line of the form "what is wrong; what to do", which the start of the server prints.</summary>
public static class Sentence
{
    private const string Border = "; ";

    public static string First(string line) => line.Split(Border, 2)[0];

    /// <returns>Null when the line says nothing of what to do.</returns>
    public static string? Rest(string line) => line.Split(Border, 2) is [_, var rest] ? rest : null;

    /// <summary>A problem of the configuration as a finding.</summary>
    public static Finding Wrong(string line) => Finding.Wrong(First(line), Rest(line) ?? "see docs/configuration.md");
}
