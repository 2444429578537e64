namespace AuthServer.Doctor;

/// <summary>Parts a line of the form "what is wrong; what to do", which the start of the server prints.</summary>
public static class Sentence
{
    private const string Border = "; ";

    /// <summary>A problem of the configuration as a finding.</summary>
    public static Finding Wrong(string line) => Wrong(line, "see docs/configuration.md");

    /// <param name="cure">What to do when the line does not say it.</param>
    public static Finding Wrong(string line, string cure) =>
        line.Split(Border, 2) is [var what, var rest] ? Finding.Wrong(what, rest) : Finding.Wrong(line, cure);
}
