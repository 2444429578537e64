using System.Text;

namespace AuthServer.LoadTests.Reporting;

/// <summary>Columns of text, the first one to the left, figures to the right.</summary>
internal sealed class TextTable(params string[] header)
{
    private readonly List<string[]> _rows = [header];

    public void Add(params string[] cells) => _rows.Add(cells);

    public override string ToString()
    {
        var widths = Enumerable.Range(0, header.Length).Select(i => _rows.Max(r => r[i].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var row in _rows)
        {
            for (var i = 0; i < row.Length; i++) text.Append(i == 0 ? row[i].PadRight(widths[i]) : "  " + row[i].PadLeft(widths[i]));
            text.AppendLine();
            if (row == header) text.AppendLine(new string('-', widths.Sum() + (2 * (widths.Length - 1))));
        }
        return text.ToString();
    }
}
