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

    /// <summary>A list of strings: their number, then each with its length, as big-endian numbers.</summary>
    internal static RustBuffer OfTexts(byte[][] texts) => OfTexts(texts, texts.Length);

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
        // An empty one has none, wherever it points to.
        if (_capacity == 0)
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
