using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;

namespace AuthServer.UnitTests.Architecture;

/// <summary>Walks the instructions of a method body and returns the metadata tokens that they carry.</summary>
public static class IlTokens
{
    private static readonly Dictionary<int, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value & 0xFFFF);

    public static IEnumerable<int> Of(BlobReader il) => Instructions(il).Where(i => i.Token != 0).Select(i => i.Token);

    /// <summary>The token is zero for an instruction without one.</summary>
    public static List<(OpCode Code, int Token)> Instructions(BlobReader il)
    {
        var instructions = new List<(OpCode, int)>();
        while (il.RemainingBytes > 0)
        {
            int code = il.ReadByte();
            if (code == 0xFE) code = 0xFE00 | il.ReadByte();
            var token = 0;
            switch (Codes[code].OperandType)
            {
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType:
                    token = il.ReadInt32();
                    break;
                case OperandType.InlineSwitch:
                    var targets = il.ReadInt32();
                    il.Offset += targets * sizeof(int);
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    il.Offset += 8;
                    break;
                case OperandType.InlineBrTarget or OperandType.InlineI or OperandType.InlineSig or OperandType.InlineString
                    or OperandType.ShortInlineR:
                    il.Offset += 4;
                    break;
                case OperandType.InlineVar:
                    il.Offset += 2;
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    il.Offset += 1;
                    break;
            }

            instructions.Add((Codes[code], token));
        }

        return instructions;
    }
}
