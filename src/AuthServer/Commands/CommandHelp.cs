namespace AuthServer.Commands;

/// <summary>The help of one command: its form, one line, and what a caller has to know.</summary>
public sealed record CommandHelp(string Name, string Form, string Line, string More)
{
    public void Print(TextWriter output)
    {
        output.WriteLine($"AuthServer {Form}");
        output.WriteLine();
        output.WriteLine(Line + ".");
        output.WriteLine(More);
    }
}
