using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;

namespace Sonoran.Native;

/// <summary>Memory that Rust allocated; whoever holds it last gives it back with <see cref="Free"/>.</summary>
/// <remarks>A call that takes a buffer consumes it, and gives it back itself.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct RustBuffer
{
    private ulong _capacity;
    private ulong _length;
    private byte* _data;

    /// <summary>A string: its bytes and nothing else.</summary>
    internal static RustBuffer OfText(ReadOnlySpan<byte> utf8)
    {
        var buffer = Allocate(utf8.Length);
        utf8.CopyTo(buffer.Content);
        return buffer;
    }

    /// <summary>An optional string: whether there is one, its length as a big-endian number, its bytes.</summary>
    internal static RustBuffer OfOptionalText(byte[]? utf8)
    {
        if (utf8 is null)
        {
            return Allocate(1);
        }

        var buffer = Allocate(1 + sizeof(int) + utf8.Length);
        buffer.Content[0] = 1;
        BinaryPrimitives.WriteInt32BigEndian(buffer.Content.Slice(1), utf8.Length);
        utf8.CopyTo(buffer.Content.Slice(1 + sizeof(int)));
        return buffer;
    }

    /// <summary>A list of strings: their number, then each with its length, as big-endian numbers.</summary>
    internal static RustBuffer OfTexts(byte[][] texts) => OfTexts(texts, texts.Length);

    /// <summary>Who follows a call: nobody, or the call's number and headers.</summary>
    internal static RustBuffer OfTrace(ulong call, IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        if (call == 0 && headers.Count == 0)
        {
            return Allocate(1);
        }

        var texts = Texts(headers);
        var buffer = Allocate(1 + sizeof(ulong) + Length(texts));
        buffer.Content[0] = 1;
        BinaryPrimitives.WriteUInt64BigEndian(buffer.Content.Slice(1), call);
        Write(buffer.Content.Slice(1 + sizeof(ulong)), texts, headers.Count);
        return buffer;
    }

    /// <summary>A map of strings: the number of pairs as a big-endian number, then each pair as two strings of a list.</summary>
    internal static RustBuffer OfMap(IReadOnlyList<KeyValuePair<string, string>> pairs) => OfTexts(Texts(pairs), pairs.Count);

    /// <summary>What the buffer holds; valid until it is freed or given away.</summary>
    // Sound: Rust keeps `_length` bytes at `_data`, all of them written, for as long as the buffer is not given back.
    internal readonly ReadOnlySpan<byte> Bytes => Content;

    private readonly Span<byte> Content => _data is null ? default : new Span<byte>(_data, checked((int)_length));

    /// <summary>What a call answered with, once it is certain that it succeeded. The buffer is empty afterwards.</summary>
    internal byte[] Taken(ref RustCallStatus status)
    {
        try
        {
            status.ThrowIfFailed();
            return Bytes.ToArray();
        }
        finally
        {
            Free();
        }
    }

    /// <summary>Gives the memory back to Rust. The buffer is empty afterwards.</summary>
    internal void Free()
    {
        if (_data is null)
        {
            return;
        }

        var status = default(RustCallStatus);
        NativeMethods.BufferFree(this, ref status);
        this = default;
    }

    private static byte[][] Texts(IReadOnlyList<KeyValuePair<string, string>> pairs) =>
        pairs.SelectMany(pair => new[] { pair.Key, pair.Value }).Select(Encoding.UTF8.GetBytes).ToArray();

    private static RustBuffer OfTexts(byte[][] texts, int count)
    {
        var buffer = Allocate(Length(texts));
        Write(buffer.Content, texts, count);
        return buffer;
    }

    private static int Length(byte[][] texts) => sizeof(int) + texts.Sum(text => sizeof(int) + text.Length);

    private static void Write(Span<byte> to, byte[][] texts, int count)
    {
        BinaryPrimitives.WriteInt32BigEndian(to, count);
        to = to.Slice(sizeof(int));
        foreach (var text in texts)
        {
            BinaryPrimitives.WriteInt32BigEndian(to, text.Length);
            text.CopyTo(to.Slice(sizeof(int)));
            to = to.Slice(sizeof(int) + text.Length);
        }
    }

    /// <summary>A buffer of so many zeros.</summary>
    private static RustBuffer Allocate(int length)
    {
        var status = default(RustCallStatus);
        var buffer = NativeMethods.BufferAllocate((ulong)length, ref status);
        status.ThrowIfFailed();
        return buffer;
    }
}
