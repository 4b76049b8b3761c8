/* SPDX-License-Identifier: BSD-3-Clause */
/* Reads a small ELF file that it makes itself. */
#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Writes a file with one section, .text. */
static int
write_file(const char *path)
{
	static char names[] = "\0.text\0.shstrtab";
	int file = open(path, O_RDWR | O_CREAT, 0644);
	Elf *elf = elf_begin(file, ELF_C_WRITE, NULL);
	Elf64_Ehdr *header = elf64_newehdr(elf);
	Elf_Scn *text = elf_newscn(elf), *table = elf_newscn(elf);
	Elf_Data *data = elf_newdata(text);

	header->e_machine = EM_X86_64;
	data->d_buf = names;
	data->d_size = 4;
	elf64_getshdr(text)->sh_type = SHT_PROGBITS;
	elf64_getshdr(text)->sh_name = 1;
	data = elf_newdata(table);
	data->d_buf = names;
	data->d_size = sizeof(names);
	elf64_getshdr(table)->sh_type = SHT_STRTAB;
	elf64_getshdr(table)->sh_name = 7;
	header->e_shstrndx = elf_ndxscn(table);
	if (elf_update(elf, ELF_C_WRITE) < 0)
		return -1;
	elf_end(elf);
	return file;
}

int
main(void)
{
	GElf_Ehdr header;
	GElf_Shdr section;
	size_t names;
	Elf *elf;
	int file;

	elf_version(EV_CURRENT);
	file = write_file("/a.o");
	if (file < 0 || !(elf = elf_begin(file, ELF_C_READ, NULL)) || !gelf_getehdr(elf, &header) ||
	    elf_getshdrstrndx(elf, &names))
		return 1;
	gelf_getshdr(elf_getscn(elf, 1), &section);
	printf("class %d, machine %d, .text %d\n", gelf_getclass(elf), header.e_machine,
	       !strcmp(elf_strptr(elf, names, section.sh_name), ".text"));
	return 0;
}
