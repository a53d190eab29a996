using System;
using System.Buffers.Binary;
using System.Text;

namespace Sonoran.Native;

/// <summary>Reads values in the order Rust wrote them; numbers are big-endian.</summary>
internal ref struct RustReader
{
    private ReadOnlySpan<byte> _rest;

    internal RustReader(ReadOnlySpan<byte> bytes) => _rest = bytes;

    /// <summary>Which variant of an enumeration follows, counted from 1.</summary>
    internal int ReadVariant() => BinaryPrimitives.ReadInt32BigEndian(Take(sizeof(int)));

    /// <summary>A number of 32 bits without sign, which is small here.</summary>
    internal int ReadCount() => checked((int)BinaryPrimitives.ReadUInt32BigEndian(Take(sizeof(uint))));

    /// <summary>A number of 64 bits without sign.</summary>
    internal ulong ReadNumber() => BinaryPrimitives.ReadUInt64BigEndian(Take(sizeof(ulong)));

    internal bool ReadFlag() => Take(1)[0] != 0;

    /// <summary>A number of 16 bits without sign.</summary>
    internal int ReadSmall() => BinaryPrimitives.ReadUInt16BigEndian(Take(sizeof(ushort)));

    /// <summary>One that may be left out.</summary>
    internal int? ReadOptionalSmall() => ReadFlag() ? ReadSmall() : null;

    /// <summary>A text that may be left out.</summary>
    internal string? ReadOptionalText() => ReadFlag() ? ReadText() : null;

    /// <summary>A time: a number of seconds.</summary>
    internal TimeSpan ReadTime() =>
        Seconds.Of(BitConverter.Int64BitsToDouble(BinaryPrimitives.ReadInt64BigEndian(Take(sizeof(long)))));

    /// <summary>A time that may be left out: whether it is there comes first.</summary>
    internal TimeSpan? ReadOptionalTime() => ReadFlag() ? ReadTime() : null;

    /// <summary>Texts: how many, then each.</summary>
    internal string[] ReadTexts()
    {
        var texts = new string[ReadCount()];
        for (var at = 0; at < texts.Length; at++)
        {
            texts[at] = ReadText();
        }

        return texts;
    }

    /// <summary>A text: its length in bytes, then the bytes.</summary>
    internal string ReadText() => Text(ReadBytes());

    /// <summary>A text as it is in UTF-8.</summary>
    internal ReadOnlySpan<byte> ReadBytes() => Take(BinaryPrimitives.ReadInt32BigEndian(Take(sizeof(int))));

    internal static string Text(ReadOnlySpan<byte> utf8)
    {
#if NET8_0_OR_GREATER
        return Encoding.UTF8.GetString(utf8);
#else
        return Encoding.UTF8.GetString(utf8.ToArray());
#endif
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        var taken = _rest.Slice(0, count);
        _rest = _rest.Slice(count);
        return taken;
    }
}
