// SPDX-License-Identifier: BSD-3-Clause
// Nodes of root bridges as servers have them; roots.hex is what iasl makes of it.
DefinitionBlock ("", "SSDT", 2, "LINUXL", "NODES", 1)
{
	Scope (\_SB) {
		Name (CLOD, 0)
		Name (BB03, 0xC0)
		Device (PC00) {
			Name (_HID, EisaId ("PNP0A08"))
			Name (_CID, EisaId ("PNP0A03"))
			Name (_BBN, Zero)
			Method (_PXM, 0, NotSerialized) { If ((CLOD == Zero)) { Return (One) } Else { Return (One) } }
		}
		Device (PC01) {
			Name (_HID, EisaId ("PNP0A08"))
			Name (_BBN, 0x40)
			Method (_PXM, 0, NotSerialized) { If ((CLOD == Zero)) { Return (One) } Else { Return (0x02) } }
		}
		Device (PC02) {
			Name (_HID, EisaId ("PNP0A03"))
			Method (_BBN, 0, NotSerialized) { Return (0x80) }
		}
		Device (PC03) {
			Name (_HID, "PNP0A08")
			Method (_BBN, 0, NotSerialized) { Return (BB03) }
			Name (_PXM, One)
		}
		Device (PC04) {
			Name (_HID, EisaId ("PNP0A08"))
			Name (_BBN, 0xE0)
			Method (_PXM, 0, NotSerialized) { Return (CLOD) }
		}
		Device (MEM0) {
			Name (_HID, EisaId ("PNP0C80"))
			Name (_PXM, 0x03)
		}
	}
	Scope (\_SB.PC02) {
		Method (_PXM, 0, NotSerialized) { If ((CLOD == Zero)) { Return (0x0A) } }
	}
}
